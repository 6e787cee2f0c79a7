// Made by `npm run build` from modules with the SHA-256 f6ba200601cd39eaf78cf1aeebfd886864b9faefd6543e2307cff287512117ad

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
