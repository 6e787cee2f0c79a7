// Made by `npm run build` from modules with the SHA-256 e00c01aefe15f54698ed29ae1de396a6ba210e1a3bac9209dd055be2c4785fd6

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
