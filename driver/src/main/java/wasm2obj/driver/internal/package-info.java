/** The engine behind the logging facade. */
package wasm2obj.driver.internal;
