// The demonstration shop: shows one of two invented companies and embeds its chat as any page would.
'use strict';

const client = new URLSearchParams(location.search).get('client') === 'harbor' ? 'harbor' : 'yunfu';
const page = document.getElementById(client);
page.hidden = false;
document.documentElement.lang = page.lang;

// This page enforces Trusted Types; its one policy lets scripts in from where the configuration says the chat is.
function scriptAddress(url) {
  if (!window.trustedTypes) return url;
  return trustedTypes.createPolicy('shop', {
    createScriptURL: (text) => {
      const { pathname, protocol } = new URL(text, location.href);
      if (pathname !== '/w/v1/hark.js' || !/^https?:$/.test(protocol)) throw new TypeError('not the chat');
      return text;
    },
  }).createScriptURL(url);
}

async function embed() {
  const answer = await fetch(`/shop/config.json?client=${client}`);
  if (!answer.ok) return;
  const config = await answer.json();
  if (config.name) document.title = config.name;
  const script = document.createElement('script');
  script.async = true;
  script.dataset.inbox = config.inbox;
  script.src = scriptAddress(config.script ?? '/w/v1/hark.js');
  document.head.append(script);
}

for (const button of page.querySelectorAll('.ask')) {
  button.addEventListener('click', () => window.Hark?.open());
}
embed();
