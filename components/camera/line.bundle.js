// Made by `npm run build` from modules with the SHA-256 8fa798244d1966a23db52b8504dd3294476b08f8e0d757bf71ec5d97453235bf

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
