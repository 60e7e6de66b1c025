using PyWharf.Application.Administration;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>The two documents of POST /initialize/, each as a form field or as a file.</summary>
internal static class ConfigurationForm
{
    private const int MaxBytes = 1024 * 1024;

    public static async Task<Outcome<ConfigurationDocuments>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var form = await SmallForm.ReadBytesAsync(request, MaxBytes, cancellationToken);
        if (form.Failure is { } malformed)
        {
            return malformed;
        }

        var config = Document(form.Value, "config");
        var adminSecret = Document(form.Value, "admin_secret");

        return (config.Failure ?? adminSecret.Failure) is { } failure ? failure : new ConfigurationDocuments(config.Value, adminSecret.Value);
    }

    private static Outcome<string> Document(SmallForm form, string name)
    {
        if (form.AllBytes(name) is not [var bytes])
        {
            return new Failure(FailureKind.Invalid, $"The form must have {name} once, as a field or as a file.");
        }

        return ConfigurationText.TryDecode(bytes.Span, $"{name}.toml", out var text, out var problem) ? text : new Failure(FailureKind.Invalid, problem);
    }
}
