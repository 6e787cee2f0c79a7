// Made by `npm run build` from modules with the SHA-256 ef4eeec9b4a93a7a9db8d870dea2d7235c176cb7a6ea78a3cec6855eadf356fc

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
