// Made by `npm run build` from modules with the SHA-256 cc43c09347de8d6ed54bcbf10cbe80992544446bee9dca2ce4d3693daf449204

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
