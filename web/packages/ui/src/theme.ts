/** The tokens as CSS variables and as the component library's theme. */
import type { ThemeConfig } from 'antd';
import compactAlgorithm from 'antd/es/theme/themes/compact';
import darkAlgorithm from 'antd/es/theme/themes/dark';
import defaultAlgorithm from 'antd/es/theme/themes/default';
import { glyphs } from './glyphs';
import { dark, fontStack, light, motionMs, radius, sizes, type Palette, type Sizes } from './tokens';

export type Scheme = 'light' | 'dark';
export type DensityName = 'normal' | 'large';

const kebab = (name: string) => name.replace(/[A-Z0-9]/g, (c) => `-${c.toLowerCase()}`).replace('text-2', 'text2').replace('text-3', 'text3').replace('panel-2', 'panel2').replace('line-2', 'line2');
const block = (selector: string, entries: [string, string][]) => `${selector}{${entries.map(([name, value]) => `--${name}:${value}`).join(';')}}`;

const colours = (palette: Palette): [string, string][] => [...Object.entries(palette).map(([name, value]): [string, string] => [kebab(name), value]), ...glyphs(palette)];
const lengths = (size: Sizes): [string, string][] => Object.entries(size).map(([name, value]) => [`size-${name}`, `${value}px`]);

/** The style sheet with every variable of both schemes and both densities. */
export function variables(): string {
  return [
    block(':root', [...colours(light), ...lengths(sizes.normal), ['font', fontStack], ['radius', `${radius.control}px`], ['radius-card', `${radius.card}px`], ['radius-float', `${radius.float}px`], ['motion', `${motionMs}ms`], ['scheme', 'light']]),
    block('[data-theme=dark]', colours(dark)),
    block('[data-density=large]', lengths(sizes.large)),
    '@media (prefers-reduced-motion:reduce){:root{--motion:0ms}}',
  ].join('\n');
}

/** Ant Design's theme, made of the same tokens. */
export function antdTheme(scheme: Scheme, density: DensityName, motion: boolean): ThemeConfig {
  const p = scheme === 'dark' ? dark : light;
  const s = sizes[density];
  return {
    algorithm: [scheme === 'dark' ? darkAlgorithm : defaultAlgorithm, compactAlgorithm],
    token: {
      colorPrimary: p.accent, colorLink: p.accentText, colorLinkHover: p.accentStrong, colorInfo: p.accent, colorSuccess: p.green, colorWarning: p.amber, colorError: p.red,
      colorBgBase: p.panel, colorBgContainer: p.panel, colorBgElevated: p.raised, colorBgLayout: p.bg, colorBgMask: p.scrim,
      colorText: p.text, colorTextSecondary: p.text2, colorTextTertiary: p.text3, colorTextPlaceholder: p.text3, colorTextDescription: p.text2,
      colorBorder: p.line, colorBorderSecondary: p.line2, colorSplit: p.line2, colorTextLightSolid: p.onAccent,
      controlItemBgActive: p.accentWeak, controlItemBgActiveHover: p.accentWeak, controlItemBgHover: p.hover, controlOutline: p.accentWeak,
      borderRadius: radius.control, borderRadiusLG: radius.card, borderRadiusSM: 5, boxShadow: p.shadow, boxShadowSecondary: p.shadow,
      // The compact algorithm takes two from the font and four from the height.
      fontFamily: fontStack, fontSize: s.list + 2, controlHeight: s.control + 4, colorTextDisabled: p.text3, colorBgContainerDisabled: p.bg,
      motion, motionDurationFast: '0.08s', motionDurationMid: '0.12s', motionDurationSlow: '0.15s', wireframe: false,
    },
    components: {
      Form: { labelColor: p.text2, itemMarginBottom: 16 },
      Tooltip: { colorBgSpotlight: scheme === 'dark' ? '#3a434f' : '#2a3441', colorTextLightSolid: '#ffffff' },
    },
  };
}
