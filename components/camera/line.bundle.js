// Made by `npm run build` from modules with the SHA-256 5ebacc50b56dd8284eb7ebfe23c0bed38cb0170b94ed05602309bf65af7d5ecc

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
