using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>The two documents of POST /initialize/, each as a form field or as a file.</summary>
internal static class ConfigurationForm
{
    private const int MaxBytes = 1024 * 1024;

    public static async Task<Outcome<ConfigurationDocuments>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > MaxBytes)
        {
            return new Failure(FailureKind.TooLarge, $"A configuration has {MaxBytes} bytes at most.");
        }

        if (await request.TryReadFormAsync(cancellationToken) is not { } form)
        {
            return new Failure(FailureKind.Invalid, "Send config and admin_secret as form fields or as files of a form.");
        }

        var config = await DocumentAsync(form, "config", cancellationToken);
        var adminSecret = await DocumentAsync(form, "admin_secret", cancellationToken);

        return (config.Failure ?? adminSecret.Failure) is { } failure
            ? failure
            : new ConfigurationDocuments(config.Value, adminSecret.Value);
    }

    private static async Task<Outcome<string>> DocumentAsync(IFormCollection form, string name, CancellationToken cancellationToken)
    {
        var (fields, files) = (form[name], form.Files.GetFiles(name));
        if (fields.Count + files.Count != 1)
        {
            return new Failure(FailureKind.Invalid, $"The form must have {name} once, as a field or as a file.");
        }

        if (fields is [{ } text])
        {
            return text;
        }

        using var reader = new StreamReader(files[0].OpenReadStream());

        return await reader.ReadToEndAsync(cancellationToken);
    }
}
