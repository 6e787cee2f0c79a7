// Made by `npm run build` from modules with the SHA-256 25b6f73f4b5c0512b56eaf1e569440daddf39c16d92ad223c37e358c28e65441

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
