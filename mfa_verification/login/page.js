// What the driver has a page's own browser do: look, fill in and press, wait for a change.
//
// Each function is handed to the page from outside, with the page's root and what it needs to know: it needs nothing of
// the page, and no content security policy is in its way. HIDDEN, CAPTCHAS, ERROR_PAGE, ERROR_NAME and KEY are those of
// `window.py`; `browser_window.py` puts them in front.

const BOXES = ['checkbox', 'radio'];
const DULL = ['hidden', 'submit', 'button', 'image', 'reset', 'file', ...BOXES];

const seen = element => element.checkVisibility({visibilityProperty: true}) && !element.closest(HIDDEN);
const usable = element => !element.disabled && !element.readOnly && seen(element);
const submitters = form => [...form.elements].filter(
  element => element.type === 'submit' && ['BUTTON', 'INPUT'].includes(element.tagName));
const fields = form => [...form.elements].filter(
  element => element.name && !DULL.includes(element.type) && usable(element));
const actionOf = button => button.name === 'action' ? button.value : '';
const isSocial = form => form.dataset.formSecondary === 'true' || 'provider' in form.dataset;
const errors = wrong => [...document.querySelectorAll(wrong)].filter(seen);
const words = wrong => [...new Set(errors(wrong).map(element => element.innerText.trim()).filter(Boolean))];

async function look(root, {ms, wrong, left}) {
  // The page that was left goes as soon as its answer is read, and this look with it.
  if (left && document.signInMark === left) {
    await new Promise(resolve => setTimeout(resolve, ms));
    return null;
  }
  if (document.readyState === 'loading') await formsAreThere(ms);
  return {
    url: location.href,
    title: document.title,
    forms: [...document.forms].map(form => ({
      fields: fields(form).map(element => element.name),
      ticks: [...form.elements].filter(element => BOXES.includes(element.type)).map(element => element.name),
      buttons: submitters(form).map((button, number) => [number, actionOf(button), button])
        .filter(([, , button]) => usable(button)).map(([number, action]) => [number, action]),
      social: isSocial(form),
    })),
    errors: words(wrong),
    codes: errors(wrong).map(element => element.dataset.errorCode).filter(Boolean),
    captcha: document.querySelector(CAPTCHAS) !== null,
    error_page: document.querySelector(ERROR_PAGE) !== null,
    text: (document.querySelector(ERROR_NAME)?.textContent ?? document.body?.innerText ?? '').trim().slice(0, 300),
  };
}

// A script or style that is slow to come holds up the end of the page, not the form that is there already.
function formsAreThere(ms) {
  return new Promise(resolve => {
    let calm;
    const ready = () => { watch.disconnect(); clearTimeout(calm); resolve(); };
    const again = () => {
      clearTimeout(calm);
      if ([...document.forms].some(form => submitters(form).length)) calm = setTimeout(ready, 250);
    };
    const watch = new MutationObserver(again);
    watch.observe(document, {childList: true, subtree: true});
    document.addEventListener('DOMContentLoaded', ready, {once: true});
    setTimeout(ready, ms);
    again();
  });
}

function enter(root, {mark, form, button, action, typed, ticked}) {
  document.signInMark = mark;
  const fits = candidate => {
    const pressed = submitters(candidate)[button];
    return pressed && actionOf(pressed) === action
      && Object.keys(typed).every(name => [...candidate.elements].some(element => element.name === name));
  };
  // What was seen may have been rendered again since, among other forms than before.
  const chosen = [document.forms[form], ...document.forms].find(candidate => candidate && fits(candidate));
  if (!chosen) return false;
  const elements = [...chosen.elements];
  const submitter = submitters(chosen)[button];
  const say = (element, ...events) =>
    events.forEach(name => element.dispatchEvent(new Event(name, {bubbles: true})));
  for (const [name, value] of Object.entries(typed)) {
    const element = elements.find(element => element.name === name && element.type !== 'hidden' && usable(element));
    if (!element) return false;
    element.focus();
    // Through the prototype: frameworks that watch the value hear of it only so.
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value').set.call(element, value);
    say(element, 'input', 'change');
  }
  for (const [name, value] of Object.entries(ticked)) {
    const found = elements.filter(element => element.name === name && BOXES.includes(element.type));
    const element = found.find(element => element.value === value) ?? (found.length === 1 ? found[0] : null);
    if (element && !element.checked) { element.checked = true; say(element, 'input', 'change'); }
  }
  // Whether the browser sends the form itself: then an answer comes, whatever the page's own script does.
  let sent = false;
  addEventListener('submit', event => { sent = !event.defaultPrevented; }, {once: true});
  submitter.click();
  return sent;
}

function untilChanged(root, {mark, url, fields: before, errors: said, wrong, ms, quiet}) {
  const now = () => JSON.stringify([
    location.href,
    [...new Set([...document.forms].filter(form => !isSocial(form)).flatMap(fields).map(field => field.name))].sort(),
    words(wrong),
  ]);
  const then = JSON.stringify([url, before, said]);
  const isAnother = () => (mark && document.signInMark !== mark && !quiet) || now() !== then;
  if (isAnother()) return 'changed';
  return new Promise(resolve => {
    let look, calm;
    const end = how => { watch.disconnect(); clearTimeout(look); clearTimeout(calm); resolve(how); };
    const rest = () => {
      clearTimeout(calm);
      if (quiet) calm = setTimeout(() => document.readyState === 'complete' ? end('never') : rest(), quiet);
    };
    const watch = new MutationObserver(() => {
      rest();
      look ??= setTimeout(() => { look = undefined; if (isAnother()) end('changed'); }, 20);
    });
    watch.observe(document, {childList: true, subtree: true, attributes: true, characterData: true});
    addEventListener('popstate', () => end('changed'), {once: true});
    setTimeout(() => end('not yet'), ms);
    rest();
  });
}

// The key in letters: the last one in the page's order is the innermost.
function findKey() {
  const said = element => String(element.value || element.textContent).replace(/\s/g, '');
  const isKey = new RegExp(`^${KEY}$`);
  const found = [...document.querySelectorAll('body *')].findLast(
    element => isKey.test(said(element)) && seen(element));
  return found ? said(found) : null;
}

// Keys, recovery codes and SMS codes: long runs of capitals and digits, and six digits in a row.
function hideSecrets(root) {
  const secret = /[A-Z0-9]{4}(?:[ -]?[A-Z0-9]{4}){3,}|[0-9]{6,}/g;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data;
    if (secret.test(text)) texts.currentNode.data = text.replace(secret, '•••');
    secret.lastIndex = 0;
  }
}
