/** Which key presses send, in the presence of an input method. */

/** The parts of a keyboard event that decide. */
export interface KeyPress {
  key: string;
  keyCode: number;
  isComposing: boolean;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
}

/** The key code that browsers report for any key an input method has taken. */
const TAKEN_BY_INPUT_METHOD = 229;

/**
 * Whether this press sends the message. Enter that picks a candidate never does: `isComposing` says so in most
 * browsers, key code 229 in Safari, where composition ends before the key is told.
 */
export function sends(press: KeyPress): boolean {
  if (press.key !== 'Enter' || press.isComposing || press.keyCode === TAKEN_BY_INPUT_METHOD) return false;
  return !press.shiftKey && !press.altKey;
}

/** Whether this press leaves the panel; Escape inside an input method only closes its candidates. */
export const leaves = (press: KeyPress): boolean =>
  press.key === 'Escape' && !press.isComposing && press.keyCode !== TAKEN_BY_INPUT_METHOD;
