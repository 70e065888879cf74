/** What a visitor will see, as it is being set. Not the widget itself: it shows the words and the form, and sends nothing. */
import { useState } from 'react';
import { Tabs, useT } from '@hark/ui';
import type { Asked, Config } from './WidgetSettings';

export function WidgetPreview({ config, shown }: { config: Config; shown: 'open' | 'offline' }) {
  const { t, language } = useT();
  const [lang, setLang] = useState<'zh-CN' | 'en'>(language);
  const { brand, widget } = { brand: config.brand ?? {}, widget: config.widget ?? {} };
  const pick = (zh?: string, en?: string) => (lang === 'en' ? en || zh : zh || en) ?? '';
  const form: Asked = (shown === 'offline' ? widget.offline : widget.prechat) ?? {};
  const words = shown === 'offline' ? pick(brand.offline_zh, brand.offline_en) : pick(brand.greeting_zh, brand.greeting_en);
  const colour = /^#[0-9a-f]{6}$/i.test(brand.color ?? '') ? brand.color! : '#2b6de9';
  return (
    <section className="widget-preview" aria-label={t('widget.preview')}>
      <Tabs label={t('widget.preview')} value={lang} onChange={setLang} className="tabs-line" items={[{ key: 'zh-CN', label: '中文' }, { key: 'en', label: 'English' }]} />
      <div className="widget-preview-frame" lang={lang}>
        <header><span style={{ background: colour }} aria-hidden="true">{[...(brand.name ?? '')][0] ?? 'H'}</span><b>{brand.name || t('widget.preview_brand')}</b></header>
        <p>{words}</p>
        {form.enabled ? (
          <div className="widget-preview-form">
            {(form.fields ?? []).map((field, at) => (
              <div key={at}><span>{pick(field.label_zh, field.label_en)}{field.required ? <i> *</i> : null}</span><em>{field.kind === 'choice' ? '▾' : '\u00a0'}</em></div>
            ))}
            {form.consent ? <p>☐ {pick(form.consent.text_zh, form.consent.text_en)}</p> : null}
          </div>
        ) : null}
        <footer>{lang === 'en' ? 'Write a message' : '请输入消息'}</footer>
      </div>
    </section>
  );
}
