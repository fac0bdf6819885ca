// A form that was refused is a new page: whoever filled it in stands at what is wrong, and hears why.
document.querySelector('main [aria-invalid="true"]')?.focus();
