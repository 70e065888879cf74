export async function xss() {}
