// Made by `npm run build` from modules with the SHA-256 b04223ed9baccbdf53f255a36a1f64ba9d37e8bbc8da0343a3c65bab5a2099c3

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
