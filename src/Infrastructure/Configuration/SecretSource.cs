using System.Text;
using System.Text.Unicode;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>
/// Reads secrets from where a configuration says that they are. Errors do not repeat the name of the variable or file: someone may have put the secret
/// itself in its place.
/// </summary>
internal static class SecretSource
{
    private const int MaxFileBytes = 64 * 1024;

    /// <summary>Reads an environment variable of this process.</summary>
    /// <returns>What is wrong with it; null if it holds a secret.</returns>
    public static string? ReadVariable(string name, out string secret)
    {
        secret = Environment.GetEnvironmentVariable(name) ?? "";

        return secret.Length == 0 ? "the environment variable of this name is not set, or empty" : null;
    }

    /// <summary>Reads a file; one line end after the secret is not part of it.</summary>
    /// <returns>What is wrong with it; null if it holds a secret.</returns>
    public static string? ReadFile(string path, out string secret)
    {
        secret = "";
        if (!Path.IsPathFullyQualified(path) || path.Contains('\0', StringComparison.Ordinal))
        {
            return "the path of a file with a secret must be absolute";
        }

        try
        {
            using var file = File.OpenRead(path);
            var content = new byte[MaxFileBytes + 1];
            var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length > MaxFileBytes)
            {
                return $"this file has more than {MaxFileBytes} bytes, which is no secret";
            }

            var bytes = content.AsSpan(0, length);
            if (!Utf8.IsValid(bytes))
            {
                return "this file is not UTF-8: save it as UTF-8";
            }

            var text = Encoding.UTF8.GetString(bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes);
            secret = text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;

            return secret.Length == 0 ? "this file is empty" : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"this file cannot be read: {exception.Message}";
        }
    }
}
