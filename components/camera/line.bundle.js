// Made by `npm run build` from modules with the SHA-256 c9e4749d3b80137f504d673fe594cfee915e13685701932e98eb80aab4c7e3ed

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
