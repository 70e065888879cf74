/** Sending a file with its progress, which `fetch` cannot tell. */
import { Problem, Unreachable, type Attachment, type ConversationId } from '@hark/api';
import { language } from './session';

/** Uploads a file for a message to come; `told` hears the share that has gone, 0 to 1. */
export function uploadFile(conversation: ConversationId, file: File, told: (share: number) => void): Promise<Attachment> {
  return new Promise((done, fail) => {
    const call = new XMLHttpRequest();
    const query = new URLSearchParams({ conversation, name: file.name || 'pasted.png' });
    call.open('POST', `/api/v1/attachments?${query.toString()}`);
    call.setRequestHeader('content-type', file.type || 'application/octet-stream');
    call.setRequestHeader('accept-language', language.get());
    call.upload.onprogress = (event) => { if (event.lengthComputable) told(event.loaded / event.total); };
    call.onerror = () => fail(new Unreachable());
    call.ontimeout = () => fail(new Unreachable());
    call.onload = () => {
      let body: Record<string, unknown> = {};
      try { body = JSON.parse(call.responseText) as Record<string, unknown>; } catch { /* A proxy's page says no more than its status. */ }
      if (call.status >= 200 && call.status < 300) done(body as unknown as Attachment);
      else fail(new Problem(call.status, String(body['code'] ?? `http.${call.status}`), String(body['title'] ?? `HTTP ${call.status}`), body));
    };
    call.send(file);
  });
}
