// Made by `npm run build` from modules with the SHA-256 e5c4a02634ecedb9814383f50841484994c6553d80a89e850ab179740d295b85

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
