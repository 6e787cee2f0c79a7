// Made by `npm run build` from modules with the SHA-256 f740b9282bbe06af7348eee724b6d7b74df73bea6255532eb939b8db0ddb2764

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
