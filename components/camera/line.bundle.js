// Made by `npm run build` from modules with the SHA-256 60e4667da46323dcce9fac5eb1e2f24fe1f03ea32182c438ddfe597d45723baa

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
