// Made by `npm run build` from modules with the SHA-256 8dcfea6f3ae62321d394629f2250b12d84fce037cd7cf173f08df7b9ddb8a600

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
