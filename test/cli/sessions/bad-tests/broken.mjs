export default [
