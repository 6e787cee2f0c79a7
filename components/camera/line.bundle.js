// Made by `npm run build` from modules with the SHA-256 7beefd89ae4699a96b9f5bd109ffd312bd5f8bf466985e697cdd085fc634ad03

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
