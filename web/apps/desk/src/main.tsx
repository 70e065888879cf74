/** Where the desk begins. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { variables } from '@hark/ui';
import '@hark/ui/ui.css';
import './styles/shell.css';
import './styles/conversations.css';
import './styles/pages.css';
import './styles/customers.css';
import './styles/floor.css';
import './styles/admin.css';
import './styles/work.css';
import './styles/insight.css';
import './styles/widget.css';
import { App } from './app/App';

/** The value the server put into the page for styles made at run time; absent in development. */
function nonce(): string | undefined {
  const value = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
  return value && !value.startsWith('__') ? value : undefined;
}

const style = document.createElement('style');
const given = nonce();
if (given) style.nonce = given;
style.textContent = variables();
document.head.prepend(style);

const root = document.getElementById('root');
if (root) createRoot(root).render(<StrictMode><App nonce={given} /></StrictMode>);
