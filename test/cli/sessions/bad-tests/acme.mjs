export default [
  {
    name: 'acme.boom',
    args: ['number'],
    result: 'boolean',
    run: () => {
      throw new Error('kaputt');
    },
  },
  { name: 'acme.double', args: ['number'], result: 'number', run: (x) => x * 2 },
];
