export async function axe() {}
