// Made by `npm run build` from modules with the SHA-256 c061c9780f144ce4bf3a6a427a5f6253d83592a3fc56f8e1970f4e2808b786ed

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
