-- What was found out by ourselves about who sent a mail, as JSON; nothing where nobody looked.
ALTER TABLE mail_arrival ADD COLUMN judged TEXT;
