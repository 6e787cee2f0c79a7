// Made by `npm run build` from modules with the SHA-256 724d9fc194fc203c7f9dcc77d22d5bb61fc8cca25fd631e018624893be0230b3

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
