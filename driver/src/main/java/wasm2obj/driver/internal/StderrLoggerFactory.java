package wasm2obj.driver.internal;

import elf4j.Level;
import elf4j.Logger;
import elf4j.spi.LoggerFactory;

/**
 * The engine behind the logging facade: lines on the error stream, in the form of compilers' messages. An embedder that has
 * another engine on the class path chooses it with the facade's own property, {@code elf4j.service.provider.fqcn}.
 */
public final class StderrLoggerFactory implements LoggerFactory {
    /** For the service loader. */
    public StderrLoggerFactory() {}

    @Override
    public Logger getLogger() {
        return new StderrLogger(Level.INFO);
    }

    private record StderrLogger(Level level) implements Logger {
        @Override
        public Logger atLevel(Level newLevel) {
            return new StderrLogger(newLevel);
        }

        @Override
        public Level getLevel() {
            return level;
        }

        @Override
        public boolean isEnabled() {
            return level.compareTo(Level.INFO) >= 0 && level != Level.OFF;
        }

        @Override
        public void log(Object message) {
            if (isEnabled()) {
                System.err.println("wasm2obj: " + message);
            }
        }

        /** Each {@code {}} of the message stands for the next argument. */
        @Override
        public void log(String message, Object... arguments) {
            StringBuilder text = new StringBuilder();
            int at = 0;
            for (Object argument : arguments) {
                int place = message.indexOf("{}", at);
                if (place < 0) {
                    break;
                }
                text.append(message, at, place).append(argument);
                at = place + 2;
            }
            log((Object) text.append(message.substring(at)).toString());
        }

        @Override
        public void log(Throwable throwable) {
            log((Object) throwable);
        }

        @Override
        public void log(Throwable throwable, Object message) {
            log((Object) (message + ": " + throwable));
        }

        @Override
        public void log(Throwable throwable, String message, Object... arguments) {
            log(message, arguments);
            log((Object) throwable);
        }
    }
}
