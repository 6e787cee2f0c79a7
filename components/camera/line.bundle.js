// Made by `npm run build` from modules with the SHA-256 9355ba746b812654cff9976025139b67aa4cce810585103152f1f0dc33ec93d9

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
