// Made by `npm run build` from modules with the SHA-256 8b820781d0259f9586754d6bcf4f51813a60d7f909e5ff5806363ad5d76318b0

// components/camera/shared.js
var line = window.gradcamCameraLine ??= { send: null, hear: null };

// components/camera/line.js
function line_default({ data, setTriggerValue }) {
  line.send = (frame) => setTriggerValue("frame", frame);
  line.hear?.(data?.length ? data : null);
  return () => {
    line.send = null;
  };
}
export {
  line_default as default
};
