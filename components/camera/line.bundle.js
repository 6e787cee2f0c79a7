// Made by `npm run build` from modules with the SHA-256 5e6ab887dfe3c5d05658233f9a7d795ff9d90cee41f78b41fb651c37326ea55d

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
