namespace PyWharf.Api.Cli;

/// <summary>
/// Replaces secrets of the command line and its environment in messages: for example, an admin secret given as text and mistaken for a path appears in the message that
/// there is no such file. Values of up to three characters are not replaced; they would match everywhere.
/// </summary>
internal sealed class Redaction(IEnumerable<KeyValuePair<string, string>> flags)
{
    private readonly List<string> _secrets = [.. flags.SelectMany(SecretsIn)
        .Where(value => value.Length > 3).OrderByDescending(value => value.Length)];

    public string Apply(string message) =>
        _secrets.Aggregate(message, (text, secret) => text.Replace(secret, "***", StringComparison.Ordinal));

    private static IEnumerable<string> SecretsIn(KeyValuePair<string, string> flag) =>
        flag.Key is DatabaseFlag.Name or DatabaseFlag.Variable ? DatabaseFlag.PasswordsIn(flag.Value) : IsSecret(flag) ? [flag.Value] : [];

    private static bool IsSecret(KeyValuePair<string, string> flag) => flag.Key switch
    {
        // Paths are shown; TOML text is not. TOML always has an equals sign.
        "--config" or "--admin_secret" => flag.Value.Contains('=', StringComparison.Ordinal),
        var name => name.EndsWith("secret", StringComparison.Ordinal)
            || name.EndsWith("token", StringComparison.Ordinal)
            || name.EndsWith("password", StringComparison.Ordinal),
    };
}
