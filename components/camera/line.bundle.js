// Made by `npm run build` from modules with the SHA-256 208d30e61edf9fa8fa3ecc9f2d89762e32b8fdba69a185931ca5847ea4c5c7d0

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
