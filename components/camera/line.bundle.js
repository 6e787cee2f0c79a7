// Made by `npm run build` from modules with the SHA-256 d41a3e0141d88e2cbe78b01442d48a2584512b55d40225ee14b572ac052189f8

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
