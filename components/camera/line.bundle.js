// Made by `npm run build` from modules with the SHA-256 8785bf0eed6dcaceb7401c6e6971b4f95d2cb51136c546bd608dfad227c50e9a

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
