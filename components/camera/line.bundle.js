// Made by `npm run build` from modules with the SHA-256 bee571ae099debb00d097d6858c17ba3359f963f99cebfe4d00a5fa015e304ca

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
