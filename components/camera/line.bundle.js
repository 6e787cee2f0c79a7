// Made by `npm run build` from modules with the SHA-256 6690e73cf1ff5bd1bd924f74580f452842ea01aeadac3096c89e7d7f25457c53

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
