/** What is asked before the first message: fields and consent, in the thread; the message itself is written below. */

import { Component, createRef, h, type RefObject } from 'preact';
import type { Filled, FormSpec } from './wire';
import type { Words } from './words';

interface Props { hold: RefObject<Form | null>; form: FormSpec; w: Words }
interface State { missing: string | null }

const TYPES = { name: 'text', text: 'text', email: 'email', phone: 'tel', choice: 'text' } as const;
const FILL = { name: 'name', text: 'off', email: 'email', phone: 'tel', choice: 'off' } as const;
const CONSENT = ' consent';

export class Form extends Component<Props, State> {
  override state: State = { missing: null };
  #box = createRef<HTMLFormElement>();

  override componentDidMount(): void {
    this.props.hold.current = this;
  }

  override componentWillUnmount(): void {
    this.props.hold.current = null;
  }

  /** What was filled in; null, with the first fault shown and focused, if something is missing. */
  take(): Filled | null {
    const { form } = this.props;
    const of = (key: string) => this.#box.current!.elements.namedItem(key) as HTMLInputElement;
    const answers: Record<string, string> = {};
    for (const { key } of form.fields) {
      const field = of(key);
      const value = field.value.trim();
      if (!field.checkValidity() || (field.required && !value)) return this.#miss(key, field);
      if (value) answers[key] = value;
    }
    if (form.consent && !of(CONSENT).checked) return this.#miss(CONSENT, of(CONSENT));
    return { answers, ...(form.consent && { consent: form.consent.version }) };
  }

  #miss(key: string, field: HTMLElement): null {
    this.setState({ missing: key });
    field.focus();
    return null;
  }

  override render({ form, w }: Props, { missing }: State) {
    const fault = (key: string) => missing === key && <span class="notice" role="alert">{w.fillIn}</span>;
    return (
      <form ref={this.#box} class="ask" noValidate onSubmit={(e) => e.preventDefault()} onInput={() => this.setState({ missing: null })}>
        {form.fields.map(({ key, kind, label, required, options }) => (
          <label key={key}>
            <span>{label}{required && <i aria-hidden="true"> *</i>}</span>
            {kind === 'choice'
              ? <select name={key} required={required} aria-invalid={missing === key}><option value="">{w.choose}</option>{options.map((o) => <option value={o.value}>{o.label}</option>)}</select>
              : <input name={key} type={TYPES[kind] as 'text'} autocomplete={FILL[kind] as 'off'} required={required} maxLength={300} aria-invalid={missing === key} />}
            {fault(key)}
          </label>
        ))}
        {form.consent && (
          <label class="agree"><input name={CONSENT} type="checkbox" required aria-invalid={missing === CONSENT} /><span>{form.consent.text}</span>{fault(CONSENT)}</label>
        )}
      </form>
    );
  }
}
