/* form[data-now]: shown here only; it says this phone's hour at the moment of the tap, and nothing else. */
Array.prototype.forEach.call(document.querySelectorAll("form[data-now]"), function (form) {
  form.hidden = false;
  form.addEventListener("submit", function () { form.elements.ms.value = Date.now(); });
});
