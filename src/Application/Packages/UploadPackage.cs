using FluentValidation;
using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Archives;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Application.Packages;

/// <summary>POST /simple/: the legacy upload (https://docs.pypi.org/api/upload/).</summary>
public static class UploadPackage
{
    /// <summary>Publishes a file that was received whole.</summary>
    public sealed record Command(Credential? Credential, RepositoryName? Addressed, UploadForm Form, StagedFile? File)
        : RepositoryRequest(Credential, Addressed), IRequest<Outcome<Publication>>
    {
        /// <inheritdoc/>
        public override AccessLevel Needs => AccessLevel.Write;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            ClassLevelCascadeMode = CascadeMode.Stop;

            RuleFor(c => c.Form).Must(form => form[":action"] is not null)
                .WithMessage("The field :action is missing; an upload sends :action=file_upload.");
            RuleFor(c => c.Form).Must(form => form[":action"] == "file_upload")
                .WithState(_ => FailureKind.Gone)
                .WithMessage("Only :action=file_upload is offered here.");
            RuleFor(c => c.Form).Must(form => form.DoubledField is null)
                .WithMessage(c => $"The field {c.Form.DoubledField} stands more than once.");
            RuleFor(c => c.Form).Must(form => form["protocol_version"] is null or "1")
                .WithMessage("Only protocol_version 1 is spoken here.");

            RuleFor(c => c.Form).Must(form => ProjectName.TryParse(form["name"], out _))
                .WithMessage("The field name is missing or no valid project name: ASCII letters, digits, '.', '_' and '-', beginning and ending with a letter or digit.");
            RuleFor(c => c.Form).Must(form => PackageVersion.TryParse(form["version"], out _))
                .WithMessage("The field version is missing or no valid version (PEP 440).");
            RuleFor(c => c.Form).Must(form => form["metadata_version"] is ['1' or '2', '.', _, ..])
                .WithMessage("The field metadata_version is missing or not one of 1.x and 2.x.");

            RuleFor(c => c.File).NotNull()
                .WithMessage("The field content, the file itself, is missing.");
            RuleFor(c => c.Form.Filename).Must(name => DistributionFilename.TryParse(name, out _))
                .WithMessage("The name of the file is neither a wheel's (name-version-py3-none-any.whl) nor that of a source distribution (name-version.tar.gz).");
            RuleFor(c => c.Form).Must(form => form["filetype"] == FiletypeOf(NameOf(form)))
                .WithMessage(c => $"The field filetype must be {FiletypeOf(NameOf(c.Form))} for a file of this name.");
            RuleFor(c => c.Form).Must(form => form["pyversion"] is not null || NameOf(form).Kind != DistributionKind.Wheel)
                .WithMessage("The field pyversion is missing; a wheel needs it.");
            RuleFor(c => c.Form).Must(form => ProjectName.TryParse(form["name"], out var name) && name.Equals(NameOf(form).Project))
                .WithMessage(c => $"The file belongs to the project {NameOf(c.Form).Project}, which is not the one that the field name says.");
            RuleFor(c => c.Form).Must(form => PackageVersion.TryParse(form["version"], out var version) && version.Equals(NameOf(form).Version))
                .WithMessage(c => $"The file is of version {NameOf(c.Form).Version}, which is not the one that the field version says.");

            foreach (var (field, algorithm) in UploadForm.Digests)
            {
                RuleFor(c => c)
                    .MustAsync(async (command, token) => string.Equals(
                        command.Form[field], await FileOf(command).GetDigestAsync(algorithm, token), StringComparison.OrdinalIgnoreCase))
                    .When(command => command.Form[field] is not null)
                    .WithMessage($"The {field} sent does not match the file received: it was altered on its way, or the field is not hex. Upload it again.");
            }
        }

        private static string FiletypeOf(DistributionFilename name) => name.Kind == DistributionKind.Wheel ? "bdist_wheel" : "sdist";
    }

    internal sealed class Handler : IRequestHandler<Command, Outcome<Publication>>
    {
        public async Task<Outcome<Publication>> Handle(Command command, CancellationToken cancellationToken)
        {
            var filename = NameOf(command.Form);
            var inspected = DistributionArchive.Inspect(FileOf(command).Path, filename, cancellationToken);
            if (inspected.Failure is { } unsound)
            {
                return unsound;
            }

            var fields = MetadataFields.OfForm(command.Form.Fields).Or(MetadataFields.Of(inspected.Value.Metadata));
            var file = new NewFile(
                filename,
                RequiresPython.TryParse(fields["requires_python"], out var requiresPython) ? requiresPython : null,
                command.Form.FirstValues(),
                new FileDescription(fields, filename.Kind == DistributionKind.Wheel ? inspected.Value.Document : (ReadOnlyMemory<byte>?)null));

            // The credential is there: the access behaviour let nobody pass without.
            var publication = await command.Repository.Backend.PublishAsync(
                command.Credential!.Secret, file, FileOf(command), cancellationToken);

            if (publication.Failure is not null)
            {
                return publication;
            }

            // The client may ask for the page in its very next request, and must find the file on it.
            return await command.Repository.RefreshAsync(cancellationToken) is { } failure ? failure : publication;
        }
    }

    // Both were found to be there by the validator's rules for them, which come before every use.
    private static DistributionFilename NameOf(UploadForm form) =>
        DistributionFilename.TryParse(form.Filename, out var name) ? name : throw new InvalidOperationException("Not validated.");

    private static StagedFile FileOf(Command command) => command.File ?? throw new InvalidOperationException("Not validated.");
}
