// Keeps static files for the next page, from the moment somebody signs in.
navigator.serviceWorker?.register("/service-worker.js").catch(() => { /* a private window keeps nothing */ });
