"""What the driver has a page's own browser do: look, fill in and press, wait for a change.

Each is one function handed to the page from outside, with the page's root and what it needs to know: it needs nothing
of the page, and no content security policy is in its way.
"""

from __future__ import annotations

from mfa_verification.login.window import CAPTCHAS, ERROR_NAME, ERROR_PAGE, HIDDEN, KEY

_SIGHT = f"""
  const seen = element =>
    element.checkVisibility({{visibilityProperty: true}}) && !element.closest('{HIDDEN}');
  const usable = element => !element.disabled && !element.readOnly && seen(element);
  const boxes = ['checkbox', 'radio'];
  const dull = ['hidden', 'submit', 'button', 'image', 'reset', 'file', ...boxes];
  const submitters = form => [...form.elements].filter(
    element => element.type === 'submit' && ['BUTTON', 'INPUT'].includes(element.tagName));
  const fields = form => [...form.elements].filter(
    element => element.name && !dull.includes(element.type) && usable(element));
  const social = form => form.dataset.formSecondary === 'true' || 'provider' in form.dataset;
  const errors = () => [...document.querySelectorAll(wrong)].filter(seen);
  const words = () => [...new Set(errors().map(element => element.innerText.trim()).filter(Boolean))];
"""
LOOK = f"""async (root, {{ms, wrong, left}}) => {{
  {_SIGHT}
  // The page that was left goes as soon as its answer is read, and this look with it.
  if (left && document.signInMark === left) {{
    await new Promise(resolve => setTimeout(resolve, ms));
    return null;
  }}
  // A script or style that is slow to come holds up the end of the page, not the form that is there already.
  if (document.readyState === 'loading') await new Promise(resolve => {{
    let calm;
    const ready = () => {{ watch.disconnect(); clearTimeout(calm); resolve(); }};
    const again = () => {{
      clearTimeout(calm);
      if ([...document.forms].some(form => submitters(form).length)) calm = setTimeout(ready, 250);
    }};
    const watch = new MutationObserver(again);
    watch.observe(document, {{childList: true, subtree: true}});
    document.addEventListener('DOMContentLoaded', ready, {{once: true}});
    setTimeout(ready, ms);
    again();
  }});
  return {{
    url: location.href,
    title: document.title,
    forms: [...document.forms].map(form => ({{
      fields: fields(form).map(element => element.name),
      ticks: [...form.elements].filter(element => boxes.includes(element.type)).map(element => element.name),
      buttons: submitters(form).map((button, number) => [number, button.name === 'action' ? button.value : '', button])
        .filter(([, , button]) => usable(button)).map(([number, action]) => [number, action]),
      social: social(form),
    }})),
    errors: words(),
    codes: errors().map(element => element.dataset.errorCode).filter(Boolean),
    captcha: document.querySelector('{CAPTCHAS}') !== null,
    error_page: document.querySelector('{ERROR_PAGE}') !== null,
    text: (document.querySelector('{ERROR_NAME}')?.textContent ?? document.body?.innerText ?? '').trim().slice(0, 300),
  }};
}}"""
ENTER = """(root, {mark, form, button, action, typed, ticked}) => {
  document.signInMark = mark;
  const submitters = elements => elements.filter(
    element => element.type === 'submit' && ['BUTTON', 'INPUT'].includes(element.tagName));
  const fits = candidate => {
    const elements = [...candidate.elements];
    const pressed = submitters(elements)[button];
    return pressed && (pressed.name === 'action' ? pressed.value : '') === action
      && Object.keys(typed).every(name => elements.some(element => element.name === name));
  };
  // What was seen may have been rendered again since, among other forms than before.
  const chosen = [document.forms[form], ...document.forms].find(candidate => candidate && fits(candidate));
  if (!chosen) return false;
  const elements = [...chosen.elements];
  const submitter = submitters(elements)[button];
  const say = (element, ...events) =>
    events.forEach(name => element.dispatchEvent(new Event(name, {bubbles: true})));
  for (const [name, value] of Object.entries(typed)) {
    const element = elements.find(element =>
      element.name === name && element.type !== 'hidden' && !element.readOnly && !element.disabled
      && element.checkVisibility({visibilityProperty: true}) && !element.closest('[aria-hidden=true], .hide'));
    if (!element) return false;
    element.focus();
    // Through the prototype: frameworks that watch the value hear of it only so.
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), 'value').set.call(element, value);
    say(element, 'input', 'change');
  }
  for (const [name, value] of Object.entries(ticked)) {
    const found = elements.filter(element => element.name === name && ['checkbox', 'radio'].includes(element.type));
    const element = found.find(element => element.value === value) ?? (found.length === 1 ? found[0] : null);
    if (element && !element.checked) { element.checked = true; say(element, 'input', 'change'); }
  }
  // Whether the browser sends the form itself: then an answer comes, whatever the page's own script does.
  let sent = false;
  addEventListener('submit', event => { sent = !event.defaultPrevented; }, {once: true});
  submitter.click();
  return sent;
}"""
UNTIL_CHANGED = f"""(root, {{mark, url, fields: before, errors: said, wrong, ms, quiet}}) => {{
  {_SIGHT}
  const now = () => JSON.stringify([
    location.href,
    [...new Set([...document.forms].filter(form => !social(form)).flatMap(fields).map(field => field.name))].sort(),
    words(),
  ]);
  const then = JSON.stringify([url, before, said]);
  const isAnother = () => (mark && document.signInMark !== mark && !quiet) || now() !== then;
  if (isAnother()) return 'changed';
  return new Promise(resolve => {{
    let look, calm;
    const end = how => {{ watch.disconnect(); clearTimeout(look); clearTimeout(calm); resolve(how); }};
    const rest = () => {{
      clearTimeout(calm);
      if (quiet) calm = setTimeout(() => document.readyState === 'complete' ? end('never') : rest(), quiet);
    }};
    const watch = new MutationObserver(() => {{
      rest();
      look ??= setTimeout(() => {{ look = undefined; if (isAnother()) end('changed'); }}, 20);
    }});
    watch.observe(document, {{childList: true, subtree: true, attributes: true, characterData: true}});
    addEventListener('popstate', () => end('changed'), {{once: true}});
    setTimeout(() => end('not yet'), ms);
    rest();
  }});
}}"""
FIND_KEY = f"""root => {{
  {_SIGHT}
  const said = element => String(element.value || element.textContent).replace(/\\s/g, '');
  const found = [...document.querySelectorAll('body *')].findLast(
    element => /^{KEY}$/.test(said(element)) && seen(element));
  return found ? said(found) : null;
}}"""
"""The last one in the page's order is the innermost."""
HIDE_SECRETS = """root => {
  // Keys, recovery codes and texted codes: long runs of capitals and digits, and six digits in a row.
  const secret = /[A-Z0-9]{4}(?:[ -]?[A-Z0-9]{4}){3,}|[0-9]{6,}/g;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data;
    if (secret.test(text)) texts.currentNode.data = text.replace(secret, '•••');
    secret.lastIndex = 0;
  }
}"""
