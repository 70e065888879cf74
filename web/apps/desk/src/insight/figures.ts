/** The catalogue that says what each figure means. */
import type { Metric } from '@hark/api';
import { useEffect } from 'react';
import { client } from '../state/session';
import { createStore, useStore } from '../state/store';

const catalogue = createStore<ReadonlyMap<string, Metric>>(new Map());
let asked = false;

/** The catalogue; empty until it has come, once for all screens. */
export function useMetrics(): ReadonlyMap<string, Metric> {
  useEffect(() => {
    if (asked) return;
    asked = true;
    client.insight.metrics().then((page) => catalogue.set(new Map(page.items.map((metric) => [metric.id, metric])))).catch(() => { asked = false; });
  }, []);
  return useStore(catalogue);
}

export function nameOf(metric: Metric | undefined, language: string, id: string): string {
  if (!metric) return id;
  return language === 'en' ? metric.en : metric.zh;
}
export function aboutOf(metric: Metric, language: string): string { return language === 'en' ? metric.about_en : metric.about_zh; }
