// Fills the form from the address of a QR code, whose fragment never leaves the browser by itself.
const [number, code] = decodeURIComponent(location.hash.slice(1)).split("/");
if (number && code) {
  document.getElementById("number").value = number;
  document.getElementById("code").value = code;
}
