/** Where Plumbline runs; written by tools/write-hubspot-app.ts together with the app's other addresses. */
export const HOST = 'https://plumbline.example.com'
