// Made by `npm run build` from modules with the SHA-256 621cd2aa36bf3be9d71c3034c04982c550c49a8dce9f1b3317ed56d047d4a1e6

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
