export default [{ name: 'acme.bad', args: 'number' }];
