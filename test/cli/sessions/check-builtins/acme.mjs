export default [
  { name: 'acme.double', args: ['number'], result: 'number', run: (x) => x * 2 },
  {
    name: 'acme.fail',
    args: [],
    result: 'string',
    run: () => {
      throw new Error('out of order');
    },
  },
];
