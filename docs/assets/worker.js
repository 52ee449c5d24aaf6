// From a folder a browser starts no worker, which the search is: there its script runs in a frame.
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inside = frame.contentWindow;
      inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      this.started = new Promise((done) => {
        const script = inside.document.createElement("script");
        Object.assign(script, { src: url, onload: done });
        inside.document.body.append(script);
      });
      this.deliver = (data) => inside.dispatchEvent(new MessageEvent("message", { data }));
    }
    postMessage(data) {
      this.started.then(() => this.deliver(data));
    }
  };
}
